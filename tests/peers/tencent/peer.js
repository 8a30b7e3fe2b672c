// A platform in small, on other people's crypto: `wechat-crypto` or `@wecom/crypto`. Reads jobs as
// JSON lines, answers each with one. Pushes go over real HTTP.
"use strict";

const http = require("http");
const readline = require("readline");
const wecom = require("@wecom/crypto");
const WXBizMsgCrypt = require("wechat-crypto");

const libraries = {
  "wechat-crypto": (token, key, id) => {
    const crypt = new WXBizMsgCrypt(token, key, id);
    return {
      sign: (...parts) => crypt.getSignature(...parts),
      encrypt: (message) => crypt.encrypt(message),
      decrypt: (sealed) => crypt.decrypt(sealed),
    };
  },
  "@wecom/crypto": (token, key, id) => ({
    sign: (...parts) => wecom.getSignature(token, ...parts),
    encrypt: (message) => wecom.encrypt(key, message, id),
    decrypt: (sealed) => wecom.decrypt(key, sealed),
  }),
};

function field(xml, name) {
  const found = xml.match(new RegExp(`<${name}>(?:<!\\[CDATA\\[([^]*?)\\]\\]>|([^<]*))</${name}>`));
  return found ? (found[1] ?? found[2]) : null;
}

function request(method, url, body) {
  return new Promise((resolve, reject) => {
    const sent = http.request(url, { method }, (response) => {
      const pieces = [];
      response.on("data", (piece) => pieces.push(piece));
      response.on("end", () => resolve({ status: response.statusCode, body: Buffer.concat(pieces).toString() }));
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

async function push(job, library) {
  const nonce = String(Math.floor(Math.random() * 1e10));
  const sealed = library.encrypt(job.message);
  const query = new URLSearchParams({
    timestamp: job.timestamp,
    nonce,
    encrypt_type: "aes",
    msg_signature: library.sign(job.timestamp, nonce, sealed),
  });
  const body = `<xml><ToUserName><![CDATA[gh_0123456789ab]]></ToUserName><Encrypt><![CDATA[${sealed}]]></Encrypt></xml>`;
  const answer = await request("POST", `${job.url}?${query}`, body);
  if (!answer.body.startsWith("<xml>")) return { status: answer.status, body: answer.body };
  const encrypted = field(answer.body, "Encrypt");
  const signature = library.sign(field(answer.body, "TimeStamp"), field(answer.body, "Nonce"), encrypted);
  const opened = library.decrypt(encrypted);
  return {
    status: answer.status,
    signed: signature === field(answer.body, "MsgSignature"),
    id: opened.id,
    content: field(opened.message, "Content"),
    message: opened.message,
  };
}

const jobs = {
  encrypt: (job, library) => {
    const sealed = library.encrypt(job.message);
    return { sealed, signature: library.sign(job.timestamp, job.nonce, sealed) };
  },
  decrypt: (job, library) => ({
    ...library.decrypt(job.sealed),
    signature: library.sign(job.timestamp, job.nonce, job.sealed),
  }),
  get: (job) => request("GET", job.url),
  push,
};

async function main() {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const job = JSON.parse(line);
    const library = libraries[job.library](job.token, job.key, job.id);
    let answer;
    try {
      answer = await jobs[job.op](job, library);
    } catch (error) {
      answer = { error: String(error) };
    }
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  }
}

main();

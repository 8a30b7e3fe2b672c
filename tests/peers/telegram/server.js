// telegram-test-api 4.2.1 with a front that mends what it gets wrong of the Bot API:
//
//   getMe            has no is_bot, and a number that is not the token's
//   getUpdates       answers at once, however long it may wait; taps have neither the number nor
//                    the date of their message, nor a chat_instance
//   sendMessage      gives the date in milliseconds, and what was asked for back with the message
//   edit*, answer*, setWebhook   give null where true is meant
//   setMyCommands, setMyDescription, sendChatAction, sendPoll, getWebhookInfo   are not there
//   webhooks         are pushed without the secret, and not tried again
//
// Says its port on stdout. For a test: POST /person/say, /person/tap, /reach; GET /history.
'use strict';
const http = require('http');
const net = require('net');
const TelegramServer = require('telegram-test-api').default || require('telegram-test-api');

const TOKEN = process.argv[2];
const TRUE = new Set(['setMyCommands', 'setMyDescription', 'setMyShortDescription',
  'sendChatAction', 'answerCallbackQuery', 'editMessageReplyMarkup', 'editMessageText',
  'setWebhook', 'deleteWebhook']);
const THERE = new Set(['getMe', 'getUpdates', 'sendMessage', 'answerCallbackQuery',
  'editMessageText', 'editMessageReplyMarkup', 'setWebhook', 'deleteWebhook']);
const reach = {};
const calls = {};
let hook = null;
let tools = null;

async function post(url, data, headers = {}) {
  const answer = await fetch(url, { method: 'POST', body: JSON.stringify(data),
    headers: { 'Content-Type': 'application/json', ...headers } });
  return [answer.status, await answer.text()];
}

const seconds = (date) => (date > 1e11 ? Math.floor(date / 1000) : date);
const bot = () => ({
  id: Number(TOKEN.split(':')[0]), is_bot: true, first_name: 'Peer', username: 'PeerTestBot',
});

function mendUpdate(update) {
  const query = update.callback_query;
  if (!query) return update;
  const sent = tools.server.storage.botMessages.find((m) => m.messageId === tools.tapped);
  query.chat_instance = '1';
  query.message = { message_id: tools.tapped, date: seconds(sent.time), from: bot(),
    chat: query.message.chat, text: sent.message.text, reply_markup: sent.message.reply_markup };
  return update;
}

function mendResult(method, result) {
  if (method === 'getMe') return bot();
  if (method === 'getUpdates') return result.map(mendUpdate);
  if (method === 'sendMessage') {
    const { message_id, chat, text, reply_markup, date } = result;
    return { message_id, chat, text, reply_markup, date: seconds(date), from: bot() };
  }
  return TRUE.has(method) ? true : result;
}

async function pending(wait) {
  const until = Date.now() + wait * 1000;
  while (Date.now() < until && !tools.server.storage.userMessages.some((m) => !m.isRead)) {
    await new Promise((done) => setTimeout(done, 10));
  }
}

async function call(token, method, params) {
  if (token !== TOKEN) return [401, { ok: false, error_code: 401, description: 'Unauthorized' }];
  const answer = await answered(token, method, params);
  calls[method] = (calls[method] || 0) + 1;
  return answer;
}

async function answered(token, method, params) {
  if (method === 'getUpdates') await pending(params.timeout || 0);
  if (method === 'setWebhook') {
    hook = { url: params.url, secret: params.secret_token };
    params = { ...params, url: `${tools.front}/push` };
  }
  if (method === 'getWebhookInfo') {
    return [200, { ok: true, result: { url: hook ? hook.url : '', has_custom_certificate: false,
      pending_update_count: 0 } }];
  }
  if (!THERE.has(method)) return [200, { ok: true, result: true }];
  const [status, body] = await post(`${tools.back}/bot${token}/${method}`, params);
  const said = JSON.parse(body);
  return [status, { ...said, result: mendResult(method, said.result) }];
}

async function push(update) {
  const { origin } = new URL(hook.url);
  const url = hook.url.replace(origin, reach[origin] || origin);
  const headers = { 'X-Telegram-Bot-Api-Secret-Token': hook.secret };
  for (let time = 0; time < 5; time += 1) {
    const [status] = await post(url, mendUpdate(update), headers);
    if (status >= 200 && status < 300) return;
    await new Promise((done) => setTimeout(done, 200));
  }
}

async function person(path, asked) {
  const client = tools.server.getClient(TOKEN, { userId: asked.user, chatId: asked.user,
    firstName: asked.name });
  const more = { from: { language_code: asked.language } };
  if (path === '/person/tap') {
    tools.tapped = asked.message_id;
    return client.sendCallback(client.makeCallbackQuery(asked.data, more));
  }
  return asked.text.startsWith('/')
    ? client.sendCommand(client.makeCommand(asked.text, more))
    : client.sendMessage(client.makeMessage(asked.text, more));
}

function shown() {
  return tools.server.storage.botMessages.map((m) => ({ message_id: m.messageId,
    chat: Number(m.message.chat_id), text: m.message.text,
    keyboard: (m.message.reply_markup || {}).inline_keyboard || [] }));
}

async function serve(path, params) {
  const found = path.match(/^\/bot([^/]+)\/(\w+)$/);
  if (found) return call(found[1], found[2], params);
  if (path === '/push') return [200, await push(params) || {}];
  if (path === '/reach') return [200, Object.assign(reach, params)];
  if (path === '/history') return [200, { shown: shown(), calls }];
  if (path.startsWith('/person/')) return [200, await person(path, params)];
  return [404, { ok: false, error_code: 404, description: 'Not Found' }];
}

function free() {
  return new Promise((done) => {
    const probe = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });
}

async function main() {
  const port = await free();
  const server = new TelegramServer({ port, host: '127.0.0.1' });
  await server.start();
  const front = http.createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', async () => {
      let status = 500;
      let said = {};
      try {
        const body = Buffer.concat(chunks).toString() || '{}';
        [status, said] = await serve(request.url, JSON.parse(body));
      } catch (error) {
        said = { ok: false, error_code: 500, description: String(error) };
      }
      response.writeHead(status, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify(said));
    });
  });
  front.listen(0, '127.0.0.1', () => {
    tools = { server, back: `http://127.0.0.1:${port}`, tapped: 0,
      front: `http://127.0.0.1:${front.address().port}` };
    console.log(front.address().port);
  });
}

main();

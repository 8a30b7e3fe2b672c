// A plain grammY application that answers everybody the same, as its own webhook example.
//
// Runs with NODE_PATH where grammY is, in a process of its own:
// `node bot_grammy.js <api> <token> <port> <answers>`, which are JSON. Nothing is kept.
//
// https://grammy.dev/guide/deployment-types
'use strict';
const http = require('http');
const { Bot, InlineKeyboard, webhookCallback } = require('grammy');

const [apiRoot, token, port, answers] = process.argv.slice(2);
const table = JSON.parse(answers);
const bot = new Bot(token, { client: { apiRoot } });

bot.on('message:text', async (ctx) => {
  const [words, buttons] = table[ctx.message.text] || table[''];
  const rows = buttons.map((text) => [InlineKeyboard.text(text, text)]);
  await ctx.reply(words, { reply_markup: InlineKeyboard.from(rows) });
});

// Else the first updates would each ask who the bot is.
bot.init().then(() => {
  http.createServer(webhookCallback(bot, 'http')).listen(Number(port), '127.0.0.1');
});

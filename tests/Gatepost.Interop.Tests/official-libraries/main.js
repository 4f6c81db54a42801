// Asks the providers' own libraries. Each line of stdin is a question in JSON, each line of stdout its answer, in order:
//   { library, action: "verify", request: { method, url, headers, body }, secrets, publicKey, certificate, now }  ->  { valid, reason? }
//   { library, action, ... }  ->  { result }
// Names of headers are in lower case, the body is in Base64, now is in seconds.
'use strict';

const readline = require('node:readline');

const libraries = {
  messagebird: () => require('./messagebird.js'),
  plivo: () => require('./plivo.js'),
  sendgrid: () => require('./sendgrid.js'),
  sns: () => require('./sns.js'),
  twilio: () => require('./twilio.js'),
  vonage: () => require('./vonage.js'),
};

async function verify(library, question) {
  const request = { ...question.request, body: Buffer.from(question.request.body, 'base64') };
  let reason = 'no secret';
  for (const secret of question.secrets) {
    try {
      if (await library.verify(request, secret, question)) return { valid: true };
      reason = 'refused';
    } catch (error) {
      reason = error.message; // several of them refuse so
    }
  }
  return { valid: false, reason };
}

async function answer(line) {
  const question = JSON.parse(line);
  const library = libraries[question.library]();
  return question.action === 'verify' ? verify(library, question) : { result: await library[question.action](question) };
}

// Nothing of a library's own output may come between the answers.
console.log = console.warn = console.error;

(async () => {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const said = await answer(line).catch((error) => ({ error: error.stack }));
    process.stdout.write(JSON.stringify(said) + '\n');
  }
})();

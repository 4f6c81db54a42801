// The SMTP server of the mail tests. Settings come as one JSON argument:
//   { key, cert, secure, user, password }  (PEM paths, TLS from the first byte, AUTH)
// Recipients that begin with "refused" get a 550.
// It prints {"port"} once it listens, then one line per mail: {"from", "to", "secure", "user", "data"} (data in base64).
'use strict';

const fs = require('node:fs');
const { SMTPServer } = require('smtp-server');

const settings = JSON.parse(process.argv[2]);
const print = (value) => process.stdout.write(JSON.stringify(value) + '\n');
const refusal = (text, code) => Object.assign(new Error(text), { responseCode: code });

const server = new SMTPServer({
  secure: settings.secure === true,
  key: settings.key && fs.readFileSync(settings.key),
  cert: settings.cert && fs.readFileSync(settings.cert),
  hideSTARTTLS: !settings.cert,
  disableReverseLookup: true,
  authOptional: !settings.user,
  disabledCommands: settings.user ? [] : ['AUTH'],
  onAuth(auth, session, callback) {
    const right = auth.username === settings.user && auth.password === settings.password;
    callback(right ? null : refusal('Wrong user or password', 535), { user: auth.username });
  },
  onRcptTo(address, session, callback) {
    callback(address.address.startsWith('refused') ? refusal('No such mailbox', 550) : null);
  },
  onData(stream, session, callback) {
    const chunks = [];
    stream.on('data', (chunk) => chunks.push(chunk));
    stream.on('end', () => {
      print({
        from: session.envelope.mailFrom.address,
        to: session.envelope.rcptTo.map((r) => r.address),
        secure: session.secure,
        user: session.user || null,
        data: Buffer.concat(chunks).toString('base64'),
      });
      callback();
    });
  },
});

server.on('error', () => {}); // a client that refuses our certificate is an expected visitor
server.listen(0, '127.0.0.1', () => print({ port: server.server.address().port }));
process.stdin.resume().on('end', () => process.exit(0)); // the test process is gone

'use strict';

const { EventWebhook, EventWebhookHeader } = require('@sendgrid/eventwebhook');

exports.verify = ({ headers, body }, _, { publicKey }) => {
  const webhook = new EventWebhook();
  return webhook.verifySignature(
    webhook.convertPublicKeyToECDSA(publicKey),
    body,
    headers[EventWebhookHeader.SIGNATURE().toLowerCase()],
    headers[EventWebhookHeader.TIMESTAMP().toLowerCase()],
  );
};

'use strict';

const querystring = require('node:querystring');
const { validateRequest, validateRequestWithBody, getExpectedTwilioSignature, getExpectedBodyHash } = require('twilio/lib/webhooks/webhooks');

exports.verify = ({ url, headers, body }, secret) => {
  const signature = headers['x-twilio-signature'];
  return /^application\/x-www-form-urlencoded/i.test(headers['content-type'] || '')
    ? validateRequest(secret, signature, url, querystring.parse(body.toString(), null, null, { maxKeys: 0 }))
    : url.includes('bodySHA256')
      ? validateRequestWithBody(secret, signature, url, body.toString())
      : validateRequest(secret, signature, url, {});
};

exports.sign = ({ secret, url, fields }) => getExpectedTwilioSignature(secret, url, fields);

exports.hash = ({ body }) => getExpectedBodyHash(body);

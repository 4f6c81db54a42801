'use strict';

const { createSecretKey } = require('node:crypto');
const querystring = require('node:querystring');
const jwt = require('messagebird/lib/webhook-signature-jwt');
const legacy = require('messagebird/lib/signature');

const legacyRequest = ({ url, headers, body }) => ({ headers, body, query: { ...querystring.parse(url.split('?')[1] || '') } });

exports.verify = ({ url, headers, body }, secret, { now }) => {
  const token = headers[jwt.SIGNATURE_HEADER_NAME];
  if (token === undefined) {
    const request = legacyRequest({ url, headers, body });
    return legacy.isValid(request, legacy.generate(request, secret));
  }
  const time = { ...new jwt.VerifyOptions().jwtVerifyOptions, currentDate: new Date(now * 1000) };
  return jwt.verify(url, body, token, createSecretKey(Buffer.from(secret)), new jwt.VerifyOptions(true, true, time));
};

/** Of the scheme before the JWT. */
exports.sign = ({ secret, url, timestamp, body }) =>
  legacy.generate(legacyRequest({ url, headers: { 'messagebird-request-timestamp': timestamp }, body }), secret).toString('base64');

'use strict';

const querystring = require('node:querystring');
const { validateSignature, validateV3Signature } = require('plivo');

exports.verify = ({ method, url, headers, body }, secret) => {
  const v3 = headers['x-plivo-signature-v3'] || headers['x-plivo-signature-ma-v3'];
  if (v3 !== undefined) {
    const form = { ...querystring.parse(body.toString(), null, null, { maxKeys: 0 }) };
    return validateV3Signature(method, url, headers['x-plivo-signature-v3-nonce'], secret, v3, form);
  }
  const nonce = headers['x-plivo-signature-v2-nonce'];
  return ['x-plivo-signature-v2', 'x-plivo-signature-ma-v2']
    .some((name) => headers[name] !== undefined && validateSignature(url, nonce, headers[name], secret));
};

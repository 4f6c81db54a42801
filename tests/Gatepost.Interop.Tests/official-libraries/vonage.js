'use strict';

const { tokenGenerate, validateOptions, verifySignature } = require('@vonage/jwt');
const { sign } = require('jsonwebtoken'); // what @vonage/jwt signs with

/** It checks the token alone: that payload_hash is the body's is left to its users. */
exports.verify = ({ headers }, secret) => verifySignature(headers.authorization.replace(/^Bearer /i, ''), secret);

/** Its claims, signed as Vonage signs webhooks; its own tokenGenerate knows RS256 alone. */
exports.sign = ({ secret, claims }) => sign(validateOptions(claims), secret, { algorithm: 'HS256' });

exports.generate = ({ application, privateKey, claims }) => tokenGenerate(application, privateKey, claims);

// One process of better-auth: PEER_DATABASE, PEER_SECRET and PORT say where.
import { createServer } from 'node:http';
import { toNodeHandler } from 'better-auth/node';
import { openAuth } from './open-auth.js';

const { PEER_DATABASE, PEER_SECRET, PORT } = process.env;
const auth = openAuth({
  database: PEER_DATABASE,
  secret: PEER_SECRET,
  baseURL: `http://127.0.0.1:${PORT}`,
});
const handle = toNodeHandler(auth);
createServer((request, response) => void handle(request, response)).listen(Number(PORT), '127.0.0.1');

// The floor: `node:http` alone, one string, its length and its type. JavaScript, so that nothing else
// of Node is loaded either. With HEADERS it also sends the headers that the service sends.
import { createServer } from "node:http";

const { BODY = "", HEADERS = "{}", PORT } = process.env;
const headers = {
  ...JSON.parse(HEADERS),
  "Content-Type": "application/json; charset=utf-8",
  "Content-Length": Buffer.byteLength(BODY),
};

createServer((_req, res) => {
  res.writeHead(200, headers);
  res.end(BODY);
}).listen(Number(PORT), "127.0.0.1");

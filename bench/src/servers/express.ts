// Express as it comes: one route, `res.json`.
import express from "express";

const { BODY = "", PORT, ROUTE = "/" } = process.env;
const answer: unknown = JSON.parse(BODY);

const app = express();
app.get(ROUTE, (_req, res) => {
  res.json(answer);
});
app.listen(Number(PORT), "127.0.0.1");

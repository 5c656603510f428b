// A SOAP server out of WSDL files, by node-soap: `node soap.js WSDL-FOLDER DATA.json`. Prints its port.
// Parsing, types and faults are node-soap's. Here is only what a page does with rows in memory; DATA.json holds them by
// service. Elements are answered in the order of the WSDL.
"use strict";
const fs = require("node:fs");
const http = require("node:http");
const path = require("node:path");
const soap = require("soap");

const [folder, dataFile] = process.argv.slice(2);
const tables = JSON.parse(fs.readFileSync(dataFile, "utf8"));
const base = "/NAV/WS/CRONUS%20Sverige%20AB/Page/";
let version = 1;

/** The elements of a complex type in order: name -> type without its prefix. */
function elementsOf(wsdl, name) {
  const type = new RegExp(`complexType name="${name}">([\\s\\S]*?)</(?:\\w+:)?complexType>`).exec(wsdl);
  const attribute = (tag, what) => (new RegExp(` ${what}="(?:\\w+:)?([^"]+)"`).exec(tag) || [])[1];
  const tags = type ? type[1].match(/<(?:\w+:)?element [^>]*>/g) : [];
  return Object.fromEntries(tags.map((tag) => [attribute(tag, "name"), attribute(tag, "type")]));
}

function refuse(text) {
  throw { Fault: { faultcode: "a:Microsoft.Dynamics.Nav.Types.Exceptions.NavException", faultstring: text } };
}

/** As it is kept: a date as its day, a number as a number. */
function plain(value) {
  return value instanceof Date ? value.toISOString().slice(0, 10) : value;
}

/** The few forms of NAV's filter language that are met here: a value, `'a value'`, a..b, >a, a|b. */
function meant(row, { Field, Criteria }) {
  if (!Criteria) return true;
  const value = row[Field] === undefined ? "" : row[Field];
  const number = typeof value === "number";
  const read = (text) => (number ? Number(text) : text.replace(/^'|'$/g, "").replace(/''/g, "'"));
  return Criteria.split("|").some((one) => {
    if (typeof value === "boolean") return value === (one === "Yes");
    if (one.startsWith(">")) return value > read(one.slice(1));
    const span = /^(.*)\.\.(.*)$/.exec(one);
    if (!span) return value === read(one);
    return (!span[1] || value >= read(span[1])) && (!span[2] || value <= read(span[2]));
  });
}

function page(name, wsdl) {
  const rows = (tables[name] = tables[name] || []);
  const types = elementsOf(wsdl, name);
  const order = Object.keys(types);
  const lines = order.find((one) => types[one].endsWith("_List"));
  const lineEntity = lines ? Object.keys(elementsOf(wsdl, types[lines]))[0] : "";
  const lineOrder = lines ? Object.keys(elementsOf(wsdl, lineEntity)) : [];
  const sorted = (row, names) => Object.fromEntries(names.filter((one) => row[one] !== undefined).map((one) => [one, row[one]]));
  const shown = (row) => {
    const answer = sorted({ ...row, Key: `8;${row.No || row.Entry_No};${row.version}` }, order);
    if (lines && row[lines]) answer[lines] = { [lineEntity]: row[lines].map((line) => sorted(line, lineOrder)) };
    return answer;
  };
  const many = (value) => (value === undefined ? [] : Array.isArray(value) ? value : [value]);
  const take = (row, values) => {
    for (const [field, value] of Object.entries(values)) if (field !== lines && field !== "Key") row[field] = plain(value);
    if (lines && values[lines])
      row[lines] = many(values[lines][lineEntity]).map((line, number) => ({
        Line_No: (number + 1) * 10000,
        ...line,
        Line_Amount: Math.round(Number(line.Quantity || 0) * Number(line.Unit_Price || 0) * 100) / 100,
      }));
    row.version = version++;
    return row;
  };
  const byKey = (key) =>
    rows.find((row) => shown(row).Key.split(";")[1] === key.split(";")[1]) || refuse(`The ${name} does not exist.`);
  rows.forEach((row) => (row.version = version++));
  return {
    Read: ({ No }) => ({ [name]: rows.filter((row) => row.No === No).map(shown)[0] }),
    ReadMultiple({ filter, bookmarkKey, setSize }) {
      const found = rows.filter((row) => many(filter).every((one) => meant(row, one)));
      const start = bookmarkKey ? found.indexOf(byKey(bookmarkKey)) + 1 : 0;
      const some = setSize < 0 ? found.slice(setSize) : found.slice(start, start + Number(setSize));
      return { ReadMultiple_Result: { [name]: some.map(shown) } };
    },
    Create(values) {
      const row = take({ No: `${1000 + rows.length}` }, values[name]);
      rows.push(row);
      return { [name]: shown(row) };
    },
    CreateMultiple(values) {
      const made = many(values[`${name}_List`][name]).map((one) => take({}, one));
      rows.push(...made);
      return { [`${name}_List`]: { [name]: made.map(shown) } };
    },
    Update(values) {
      const row = byKey(values[name].Key);
      if (shown(row).Key !== values[name].Key) refuse("Other user has modified the record.");
      return { [name]: shown(take(row, values[name])) };
    },
    Delete({ Key }) {
      rows.splice(rows.indexOf(byKey(Key)), 1);
      return { Delete_Result: true };
    },
  };
}

const server = http.createServer((request, response) => {
  response.statusCode = 404;
  response.end();
});
server.listen(0, "127.0.0.1", () => {
  for (const file of fs.readdirSync(folder)) {
    const name = path.basename(file, ".wsdl");
    const wsdl = fs.readFileSync(path.join(folder, file), "utf8");
    const port = { [`${name}_Port`]: page(name, wsdl) };
    soap.listen(server, { path: base + name, services: { [`${name}_Service`]: port, [name]: port }, xml: wsdl });
  }
  console.log(server.address().port);
});

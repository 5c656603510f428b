// An OData V4 server out of an EDMX file, by @sap-ux/fe-mockserver-core: `node odata.js EDMX DATA-FOLDER [ROOT]`.
// Prints its port. The company is a part of every address of Dynamics and unknown to the server, so it is taken off.
"use strict";
const http = require("node:http");
const { default: MockServer } = require("@sap-ux/fe-mockserver-core");

const [metadataPath, mockdataPath, root = "/NAV/ODataV4"] = process.argv.slice(2);

async function main() {
  const server = new MockServer({
    services: [{ urlPath: root, metadataPath, mockdataPath, generateMockData: false, noETag: true }],
  });
  await server.isReady;
  const router = server.getRouter();
  http
    .createServer((request, response) => {
      request.url = request.url.replace(/\/Company\((?:'|%27).*?(?:'|%27)\)|\/companies\([^)]*\)(?=\/)/, "");
      request.originalUrl = request.url;
      router(request, response, () => {
        response.statusCode = 404;
        response.end();
      });
    })
    .listen(0, "127.0.0.1", function () {
      console.log(this.address().port);
    });
}

main();

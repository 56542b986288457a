/** Parts of requests that no honest client writes: methods, framings that contradict themselves, and bodies that fit none. */
export const RAW_METHODS = [
  "GET",
  "POST",
  "HEAD",
  "OPTIONS",
  "PUT",
  "DELETE",
  "PATCH",
  "TRACE",
  "QUERY",
];
export const FRAMINGS: readonly (readonly (readonly [string, string])[])[] = [
  [["Transfer-Encoding", "chunked"]],
  [["Content-Length", "5"]],
  [["Content-Length", "-1"]],
  [["Content-Length", "99999999999"]],
  [["Content-Length", "21000000"]],
  [["Content-Length", "1e3"]],
  [
    ["Content-Length", "5"],
    ["Content-Length", "6"],
  ],
  [
    ["Content-Length", "5"],
    ["Transfer-Encoding", "chunked"],
  ],
  [["Transfer-Encoding", "gzip, chunked"]],
  [["Transfer-Encoding", "xchunked"]],
  [
    ["Expect", "100-continue"],
    ["Content-Length", "5"],
  ],
  [
    ["Connection", "upgrade"],
    ["Upgrade", "h2c"],
  ],
  [
    ["Connection", "close"],
    ["Content-Length", "2"],
  ],
];
export const RAW_BODIES = [
  "{}",
  "5\r\nhello\r\n0\r\n\r\n",
  "ffffffffff\r\n",
  "zz\r\n",
  "0\r\n\r\n",
  "hello",
  "",
];

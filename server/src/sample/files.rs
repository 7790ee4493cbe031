//! What is in the sample's repository: a page that shows when the tide turns.

/// The files, by their names.
pub(super) const ALL: [(&str, &str); 3] = [
    (
        "README.md",
        "# Tide tables\n\nA page that shows when the tide turns, for those who live by it.\n\nOpen `index.html` in a browser.\n",
    ),
    (
        "index.html",
        "<!doctype html>\n<html lang=\"en\">\n  <head>\n    <meta charset=\"utf-8\">\n    <title>Tide tables</title>\n    \
         <script type=\"module\" src=\"tides.js\"></script>\n  </head>\n  <body>\n    <h1>Tide tables</h1>\n    \
         <ol id=\"tides\"></ol>\n  </body>\n</html>\n",
    ),
    (
        "tides.js",
        "// High water comes every 12 hours and 25 minutes.\nconst between = (12 * 60 + 25) * 60 * 1000;\n\n\
         export function next(known, now) {\n  const passed = Math.ceil((now - known) / between);\n  \
         return new Date(known + passed * between);\n}\n",
    ),
];

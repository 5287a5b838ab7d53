import { basename } from 'node:path';
import { build, transform } from 'esbuild';

/** @type {import('esbuild').BuildOptions} */
const COMMON = {
  bundle: true,
  minify: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  mainFields: ['module', 'main'],
  loader: { '.yaml': 'text' },
  legalComments: 'none',
  logLevel: 'error',
};

/** Stands in the parts for the two characters that would end the comment. */
const COMMENT_END = '*@@/';
/** Placeholders in the head for its own bytes and lines, which are known only when it is made. */
const HEAD = ['########', '####'];

/**
 * Makes a bundle of parts, which stand in the comment that ends the file. helper/src/loader/ compiles a part when it is
 * needed, so a run pays only for the parts that it uses, and V8's code for a part can be kept.
 * @param {string} root of the checkout
 * @param {string} version of fargate-ci
 * @param {{ entry: string, path: string }} bundle below the root; its path is without its ending
 * @returns {Promise<{ text: string, metafile: import('esbuild').Metafile }>}
 */
export async function bundled(root, version, { entry, path }) {
  const headline = `// fargate-ci ${version}, Apache-2.0. Built from helper/ by "npm run build"; licences of its parts: ${basename(path)}.licenses.txt`;
  const common = { ...COMMON, absWorkingDir: root };
  const result = await build({
    ...common,
    define: { FARGATE_CI_VERSION: JSON.stringify(version) },
    entryPoints: { main: entry },
    outdir: 'parts',
    splitting: true,
    write: false,
    metafile: true,
  });
  /** @type {Record<string, [at: number, length: number, line: number]>} */
  const parts = {};
  let comment = '/*\n';
  let line = 1;
  // In the order of their names, so that the same sources make the same bundle.
  for (const { path: file, text } of result.outputFiles.sort((a, b) => (a.path < b.path ? -1 : 1))) {
    const { code } = await transform(text, {
      format: 'cjs',
      platform: 'node',
      target: 'node20',
      minify: true,
      supported: { 'dynamic-import': false },
      define: { 'import.meta.url': '__url' },
    });
    if (/[^\x01-\x7f]|\r/.test(code) || code.includes(COMMENT_END))
      throw new Error(`${file} cannot stand in a comment`);
    const part = `(function(require,module,exports,__url){${code.trimEnd()}\n})`.replaceAll('*/', COMMENT_END);
    parts[`./${basename(file)}`] = [comment.length, part.length, line];
    comment += `${part}\n`;
    line += part.split('\n').length;
  }
  const loader = await build({
    ...common,
    entryPoints: ['helper/src/loader/loader.ts'],
    write: false,
    define: {
      PARTS: JSON.stringify(parts),
      COMMENT_END: JSON.stringify(COMMENT_END),
      HEAD: JSON.stringify(HEAD),
      MAIN: '"./main.js"',
    },
    banner: { js: headline },
  });
  const head = `${loader.outputFiles[0]?.text.trimEnd()}\n`;
  const [bytes, lines] = [Buffer.byteLength(head), head.split('\n').length - 1];
  const filled = HEAD.reduce(
    (text, digits, index) => text.replace(digits, String([bytes, lines][index]).padStart(digits.length, '0')),
    head,
  );
  return { text: `${filled}${comment}*/\n`, metafile: result.metafile };
}

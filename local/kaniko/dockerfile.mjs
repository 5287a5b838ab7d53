/**
 * @typedef {object} Stage
 * @property {string} base image as the Dockerfile names it, build arguments filled in
 * @property {string} name empty where it has none
 */

/**
 * Reads a Dockerfile as far as the stand-in has to: its stages, and with which images it starts.
 * @param {string} text
 * @param {Record<string, string>} buildArgs
 * @param {(image: string) => string} mapImage the image to use in its place
 * @returns {{ stages: Stage[], images: string[], text: string }} the text names the mapped images
 */
export function readDockerfile(text, buildArgs, mapImage) {
  /** @type {Stage[]} */
  const stages = [];
  /** @type {Set<string>} */
  const images = new Set();
  /** @type {Record<string, string>} */
  const globals = {};
  const isStage = (/** @type {string} */ name) =>
    stages.some((stage) => stage.name.toLowerCase() === name.toLowerCase()) || /^\d+$/.test(name);
  const map = (/** @type {string} */ image) => {
    if (image === 'scratch' || isStage(image)) return image;
    images.add(image);
    return mapImage(image);
  };

  const lines = text.split('\n').map((line) => {
    // The frontend that a syntax line names would have to be fetched from Docker Hub.
    if (/^#\s*syntax\s*=/i.test(line)) return '#';
    const arg = /^\s*ARG\s+(\w+)(?:=(.*))?$/i.exec(line);
    if (arg?.[1] && stages.length === 0) globals[arg[1]] = buildArgs[arg[1]] ?? unquote(expand(arg[2] ?? '', globals));
    const from = /^(\s*FROM\s+(?:--\S+\s+)*)(\S+)(\s+AS\s+(\S+))?\s*$/i.exec(line);
    if (from) {
      const base = expand(unquote(from[2] ?? ''), globals);
      const mapped = map(base);
      stages.push({ base, name: from[4] ?? '' });
      return `${from[1]}${mapped}${from[3] ?? ''}`;
    }
    return line.replace(/^(\s*(?:COPY|ADD)\s+(?:--\S+\s+)*--from=)(\S+)/i, (_, head, image) => head + map(image));
  });
  return { stages, images: [...images], text: lines.join('\n') };
}

/**
 * Sources of COPY and ADD that name one file or folder of the context, without wildcards or variables.
 * @param {string} text
 * @returns {string[]}
 */
export function copiedPaths(text) {
  const joined = text.replace(/\\\r?\n/g, ' ');
  return joined.split('\n').flatMap((line) => {
    const copy = /^\s*(?:COPY|ADD)\s+((?:--\S+\s+)*)([^["<\s].*)$/i.exec(line);
    if (!copy || /--from=/.test(copy[1] ?? '')) return [];
    const sources = (copy[2] ?? '').trim().split(/\s+/).slice(0, -1);
    return sources.filter((source) => !/[*?[\]$]|^\w+:\/\//.test(source));
  });
}

/**
 * @param {string} text
 * @param {Record<string, string>} values
 */
function expand(text, values) {
  return text.replace(/\$(?:\{(\w+)(?::-([^}]*))?\}|(\w+))/g, (_, braced, fallback, bare) => {
    return values[braced ?? bare] || fallback || '';
  });
}

/** @param {string} text */
function unquote(text) {
  return text.trim().replace(/^(["'])(.*)\1$/, '$2');
}

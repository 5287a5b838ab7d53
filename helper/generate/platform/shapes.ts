/** x, y, width, height in pixels. */
export type Rectangle = readonly [x: number, y: number, width: number, height: number];
type Point = readonly [x: number, y: number];

const INK = '#0f172a';
const FONT = 'font-family="system-ui, -apple-system, Segoe UI, Roboto, Helvetica, Arial, sans-serif"';

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (one) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[one] ?? '&quot;');

const words = (text: string, [x, y]: Point, attributes: string): string =>
  `<text x="${x}" y="${y}" ${attributes}>${escaped(text)}</text>`;

/** A picture with a white background: it must be readable on a dark page, too. */
export function svg(width: number, height: number, title: string, shapes: readonly string[]): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" ${FONT}>
<title>${escaped(title)}</title>
<defs><marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 10 5 0 10Z" fill="${INK}"/></marker></defs>
<rect width="${width}" height="${height}" rx="12" fill="#ffffff"/>
${shapes.join('\n')}
</svg>
`;
}

/** A dashed frame around other things. */
export function frame([x, y, width, height]: Rectangle, title: string, colour: string): string {
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="12" fill="${colour}" fill-opacity="0.05" stroke="${colour}" stroke-dasharray="6 4"/>
${words(title, [x + 16, y + 24], `font-size="14" fill="${colour}"`)}`;
}

/** A sentence in the picture. */
export const note = (text: string, at: Point, colour: string): string =>
  words(text, at, `font-size="13" fill="${colour}"`);

/** A box with a title, and a line or two that say what it is. */
export function box([x, y, width, height]: Rectangle, title: string, lines: readonly string[], colour: string): string {
  const middle = x + width / 2;
  const top = y + height / 2 - lines.length * 8 + 2;
  return [
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="8" fill="#ffffff"/>`,
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="8" fill="${colour}" fill-opacity="0.1" stroke="${colour}" stroke-width="1.5"/>`,
    words(title, [middle, top], `font-size="16" font-weight="600" fill="${colour}" text-anchor="middle"`),
    ...lines.map((line, at) =>
      words(line, [middle, top + 19 + at * 16], `font-size="13" fill="${INK}" text-anchor="middle"`),
    ),
  ].join('\n');
}

/** A path from one thing to another along straight lines. @param points its corners: `156,243 190,243` */
export function arrow(points: string, { label, at: [x, y] }: { label: string; at: Point }): string {
  const corners = points.split(' ').map((point, index) => `${index === 0 ? 'M' : 'L'}${point.replace(',', ' ')}`);
  // The white edge keeps a label readable that lies over a line.
  const look = `font-size="12" fill="${INK}" text-anchor="middle" stroke="#ffffff" stroke-width="4" paint-order="stroke"`;
  return [
    `<path d="${corners.join(' ')}" fill="none" stroke="${INK}" stroke-width="1.5" marker-end="url(#head)"/>`,
    ...label.split('\n').map((line, row) => words(line, [x, y + row * 15], look)),
  ].join('\n');
}

/** What the colours mean, in a row. */
export function legend(entries: readonly (readonly [name: string, colour: string])[], [x, y]: Point): string {
  return entries
    .map(([name, colour], at) => {
      const left = x + at * 190;
      return `<rect x="${left}" y="${y - 11}" width="14" height="14" rx="3" fill="${colour}" fill-opacity="0.25" stroke="${colour}"/>
${words(name, [left + 22, y], `font-size="13" fill="${INK}"`)}`;
    })
    .join('\n');
}

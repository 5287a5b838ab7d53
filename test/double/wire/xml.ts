import type { Json, JsonObject } from '../json-values.ts';
import { asJsonObject, isObject } from '../json-values.ts';

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

export function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (char) => ESCAPES[char] ?? char);
}

/**
 * An object's fields as elements. A list becomes an element with one `item` element for each entry, or, where `item` is
 * empty, one element of its own name for each (S3's way).
 */
export function toXml(value: JsonObject, item: string): string {
  return Object.entries(value)
    .map(([name, one]) => element(name, one, item))
    .join('');
}

function element(name: string, value: Json, item: string): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) {
    const entries = value.map((one) => element(item === '' ? name : item, one, item)).join('');
    return item === '' ? entries : `<${name}>${entries}</${name}>`;
  }
  if (value instanceof Date) return `<${name}>${value.toISOString()}</${name}>`;
  const inner = isObject(value) ? toXml(asJsonObject(value), item) : escapeXml(String(value));
  return `<${name}>${inner}</${name}>`;
}

/** A line of fargate-ci's own: its topic in a column of eight characters, then the text. */
export const prefixedLine = (topic: string, text: string): string => `[fargate-ci] ${topic.padEnd(8)} ${text}`;

/** A line that belongs to the line above it. */
export const lineBelow = (text: string): string => `  ${text}`;

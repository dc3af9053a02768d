import { styleText } from 'node:util'

type Colour = 'green' | 'yellow' | 'red' | 'dim' | 'bold' | 'cyan'

/** Colours text of an answer; plain when stdout is no terminal or `NO_COLOR` is set. */
export function paint(colour: Colour, text: string): string {
  return styleText(colour, text, { stream: process.stdout })
}

/** Waits for a program to say something on stderr while it goes on running. */
export interface ShownText {
  /** To be given to the program's call. */
  readonly onStderr: (text: string) => void
  /** What the pattern found first. */
  readonly found: Promise<RegExpExecArray>
}

/** @param pattern Must end with something that stands behind what is wanted, because text comes in pieces. */
export function shownText(pattern: RegExp): ShownText {
  let settle: (match: RegExpExecArray) => void = () => undefined
  const found = new Promise<RegExpExecArray>((resolve) => {
    settle = resolve
  })
  return {
    found,
    onStderr(text) {
      const match = pattern.exec(text)
      if (match) settle(match)
    },
  }
}

/** How `gate login --device` names address and code. */
export const DEVICE_PROMPT = /Open (?<address>\S+) on any device and confirm (?<code>\S+)\n/

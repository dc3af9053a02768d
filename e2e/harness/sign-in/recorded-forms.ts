import { type RequestListener, request } from 'node:http'

/** A form as it went over the wire. */
export interface PostedForm {
  readonly path: string
  readonly fields: URLSearchParams
  /** Status that it was answered with; undefined before that. */
  status?: number | undefined
}

/** Passes requests on to an http server, and notes every posted form. */
export interface FormRecorder {
  readonly listener: RequestListener
  /** In the order in which they were complete. */
  readonly forms: readonly PostedForm[]
}

/** @param behind Origin that every request is passed on to. */
export function recordForms(behind: string): FormRecorder {
  const forms: PostedForm[] = []
  const listener: RequestListener = (incoming, response) => {
    const { method, url } = incoming
    const form: PostedForm = { path: url ?? '/', fields: new URLSearchParams() }
    // The provider names its pages after the host it was asked at, and this one has no pages.
    const headers = { ...incoming.headers, host: new URL(behind).host }
    const options = method === undefined ? { headers } : { method, headers }
    // Put together as text, because a path may begin with two slashes.
    const outgoing = request(`${behind}${form.path}`, options, (answer) => {
      form.status = answer.statusCode
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    outgoing.on('error', () => response.destroy())
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.on('end', () => {
      for (const [name, value] of new URLSearchParams(`${Buffer.concat(chunks)}`)) form.fields.append(name, value)
      forms.push(form)
    })
    incoming.pipe(outgoing)
  }
  return { listener, forms }
}

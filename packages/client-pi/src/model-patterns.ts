import { PROVIDER } from './plan.js'

const THINKING_LEVEL = /:(?:off|minimal|low|medium|high|xhigh|max)$/

/**
 * Whether a list of `enabledModels` takes in a model of our provider. Patterns are a model's id or `provider/id`, in any
 * case, with the wildcards of a shell; one without wildcards also stands for every id that it is a part of (0.87.1). Pure.
 */
export function includesModel(patterns: readonly unknown[], model: string): boolean {
  const [id, reference] = [model.toLowerCase(), `${PROVIDER}/${model}`.toLowerCase()]
  return patterns.some((entry) => {
    if (typeof entry !== 'string') return false
    const pattern = entry.toLowerCase().replace(THINKING_LEVEL, '')
    if (pattern === id || pattern === reference) return true
    if (!/[*?[]/.test(pattern)) return !pattern.includes('/') && id.includes(pattern)
    const expression = wildcards(pattern)
    return expression.test(id) || expression.test(reference)
  })
}

function wildcards(pattern: string): RegExp {
  const source = pattern.replace(/\[[^\]/]+\]|[\s\S]/g, (part) => {
    if (part === '*') return '[^/]*'
    if (part === '?') return '[^/]'
    return part.length > 1
      ? part.replace('[!', '[^').replaceAll('\\', '\\\\')
      : part.replace(/[\\^$.|+(){}[\]]/g, '\\$&')
  })
  try {
    return new RegExp(`^${source}$`)
  } catch {
    // A class such as [z-a]: no model matches it.
    return /(?!)/
  }
}

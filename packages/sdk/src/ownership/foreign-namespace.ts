import type { OwnershipSystem } from './system.js'

/** What the system calls owners that have no number in this user namespace, and with them the machine's root. */
const NOBODY = 65_534

/**
 * Whether an owner is one that this user namespace has no number for. Sandboxes that clients run their helpers in have
 * such namespaces, and there `/` and `/home` belong to this owner. Where the number is mapped, it is a user like any other.
 */
export function isOutsideOfNamespace(system: OwnershipSystem, uid: number): boolean {
  if (uid !== NOBODY) return false
  const map = system.read('/proc/self/uid_map')
  if (map === undefined) return false
  return !map.split('\n').some((line) => {
    const [inside = Number.NaN, , length = 0] = line.trim().split(/\s+/).map(Number)
    return NOBODY >= inside && NOBODY < inside + length
  })
}

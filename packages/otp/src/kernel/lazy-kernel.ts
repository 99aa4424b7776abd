import { Kernel, type KernelPlan } from './kernel.ts';

/**
 * How often a kernel is asked for before it is made. A page or a command that verifies a few codes never compiles anything, and a
 * browser whose policy forbids it is never made to complain; a server is past this in its first second.
 */
const asksBefore = 64;

/** The kernel of a plan, from the time on when it is worth it; null before, and for ever where there can be none. */
export function lazyKernel(plan: () => KernelPlan): () => Kernel | null {
  let asked = 0;
  let kernel: Kernel | null = null;
  return () => {
    if (asked < asksBefore && ++asked === asksBefore) kernel = Kernel.create(plan());
    return kernel;
  };
}

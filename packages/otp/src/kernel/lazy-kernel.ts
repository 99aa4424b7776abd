import { Kernel, type KernelPlan } from './kernel.ts';

/**
 * How often a kernel is asked for before it is made. A page or a command that verifies a few codes never compiles anything, and a
 * browser whose policy forbids it is never made to complain; a server is past this in its first second.
 */
const asksBefore = 64;

export interface LazyKernel {
  /** From the time on when it is worth it; null before, and for ever where there can be none. */
  readonly ask: () => Kernel | null;
  /** What has been made so far, without asking for it. */
  readonly made: () => Kernel | null;
}

export function lazyKernel(plan: () => KernelPlan): LazyKernel {
  let asked = 0;
  let kernel: Kernel | null = null;
  const ask = () => {
    if (asked < asksBefore && ++asked === asksBefore) kernel = Kernel.create(plan());
    return kernel;
  };
  return { ask, made: () => kernel };
}

import type { Plan, Step } from './plan.js';

/** The plan with as many steps left out as can be while it still fails: first large parts of it, then single ones. */
export async function shrunk(plan: Plan, stillFails: (plan: Plan) => Promise<boolean>): Promise<Plan> {
  let { steps } = plan;
  for (let size = Math.ceil(steps.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < steps.length; ) {
      const fewer: readonly Step[] = [...steps.slice(0, at), ...steps.slice(at + size)];
      if (await stillFails({ ...plan, steps: fewer })) steps = fewer;
      else at += size;
    }
  }
  return { ...plan, steps };
}

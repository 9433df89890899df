import { type PartName, part } from "../../parts";
import { onNextFrame } from "./frame";

/** Milliseconds of one frame that are spent on what has waited. */
const SLICE_MS = 6;

/** Work on the page that waits for a part. When that is there, it is done a little with each frame. */
export class Arrivals {
  private readonly jobs = new Set<() => boolean>();
  private running = false;

  constructor(private readonly name: PartName) {}

  /**
   * Call `job` once the part is there, again and again until it returns false. Where the part cannot be fetched, it
   * waits until something else asks for it.
   */
  add(job: () => boolean): void {
    this.jobs.add(job);
    part(this.name).then(
      () => this.start(),
      () => {},
    );
  }

  private start(): void {
    if (this.running) return;
    this.running = true;
    this.run();
  }

  private run(): void {
    const end = performance.now() + SLICE_MS;
    for (const job of this.jobs) {
      if (!job()) this.jobs.delete(job);
      if (performance.now() >= end) break;
    }
    if (this.jobs.size > 0) onNextFrame(() => this.run());
    else this.running = false;
  }
}

/** An event that has been due for this long is stuck; one that waits for its next try is not (runbook section 4, "Verify Webhook Health"). */
export const STUCK_AFTER_MS = 300_000

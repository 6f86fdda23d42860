#include "gate/baseline.h"

#include "fuzz/files.h"
#include "fuzz/gates.h"
#include "fuzz/judge.h"
#include "fuzz/target.h"

extern const struct fuzz_target fuzz_target_baseline;

static void run(const uint8_t *bytes, size_t size) {
  struct limen_measured measured;
  struct limen_error error = {0};
  int status = limen_baseline_read(fuzz_file(bytes, size), &measured, &error);
  fuzz_judge(status, LIMEN_INPUT, &error);
  if (status == LIMEN_OK) fuzz_compare_with_itself(&measured);
  limen_measured_clear(&measured);
}

const struct fuzz_target fuzz_target_baseline = {
    .name = "baseline",
    .about = "baselines of gates, and what a gate says of them",
    .longest = 2048,
    .run = run,
};

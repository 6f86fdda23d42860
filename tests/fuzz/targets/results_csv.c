#include "fuzz/files.h"
#include "fuzz/gates.h"
#include "fuzz/judge.h"
#include "fuzz/target.h"

extern const struct fuzz_target fuzz_target_results_csv;

static void run(const uint8_t *bytes, size_t size) {
  static const char *const lower_is_better[] = {"time"};
  for (int deterministic = 0; deterministic < 2; deterministic++) {
    const struct limen_csv_wishes wishes = {lower_is_better, 1, deterministic};
    struct limen_measured measured = {0};
    struct limen_error error = {0};
    int status = limen_measured_csv(fuzz_file(bytes, size), &wishes, &measured, &error);
    fuzz_judge(status, LIMEN_INPUT, &error);
    if (status == LIMEN_OK) fuzz_compare_with_itself(&measured);
    limen_measured_clear(&measured);
  }
}

const struct fuzz_target fuzz_target_results_csv = {
    .name = "results_csv",
    .about = "others' results a build and query, and what a gate says of them",
    .longest = 1024,
    .run = run,
};

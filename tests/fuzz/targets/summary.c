#include "cli/summary_claims.h"
#include "fuzz/files.h"
#include "fuzz/judge.h"
#include "fuzz/target.h"

extern const struct fuzz_target fuzz_target_summary;

static void run(const uint8_t *bytes, size_t size) {
  const struct limen_claim claims[] = {
      {.documents = 6, .queries = 15, .k = 2, .d = 4, .every_subset = true},
      {.documents = 9, .queries = 9, .k = 2, .d = 3},
      {.documents = 99, .k = 2, .d = 1, .refutes = true}};
  struct limen_error error = {0};
  size_t metrics = 0;
  fuzz_judge(limen_summary_claims_check(fuzz_file(bytes, size), claims, 3, &metrics, &error),
             LIMEN_NO, &error);
}

const struct fuzz_target fuzz_target_summary = {
    .name = "summary",
    .about = "summary.json of a stranger's run, against claims",
    .longest = 1024,
    .run = run,
};

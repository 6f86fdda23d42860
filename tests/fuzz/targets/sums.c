/* SHA256SUMS of a folder of certificates: whatever stands in it, it is compared with what is there.
 */
#include <stdio.h>

#include "fuzz/files.h"
#include "fuzz/judge.h"
#include "fuzz/seeds.h"
#include "fuzz/target.h"
#include "limits/certificate_sums.h"

extern const struct fuzz_target fuzz_target_sums;

#define HASH "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
static char list[] = HASH "  a/claim.json\n" HASH "  a/documents.npy\n" HASH "  b/claim.json\n";

static void run(const uint8_t *bytes, size_t size) {
  const struct limen_sums sums = {.text = {.data = list, .length = sizeof list - 1}};
  const char *folder = fuzz_folder();
  struct limen_error error = {0};
  fuzz_file_in(folder, LIMEN_SUMS_NAME, bytes, size);
  fuzz_judge(limen_sums_compare(folder, &sums, &error), LIMEN_NO, &error);
}

static void seed(struct fuzz_seeds *to) {
  fuzz_seed(to, "whole", list, sizeof list - 1);
  fuzz_seed(to, "cut", list, sizeof list - 5);
}

const struct fuzz_target fuzz_target_sums = {
    .name = "sums",
    .about = "SHA256SUMS of certificates",
    .longest = 512,
    .run = run,
    .seed = seed,
};

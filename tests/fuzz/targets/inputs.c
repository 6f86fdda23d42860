#include "definition/inputs.h"

#include <string.h>

#include "base/memory.h"
#include "fuzz/judge.h"
#include "fuzz/target.h"

extern const struct fuzz_target fuzz_target_inputs;

static void run(const uint8_t *bytes, size_t size) {
  struct limen_inputs inputs = {0};
  struct limen_error error = {0};
  char *text = limen_alloc(size + 1, 1, NULL);
  fuzz_expect(text, "no memory for %zu bytes", size);
  if (size > 0) memcpy(text, bytes, size);
  fuzz_judge(limen_inputs_read(text, &inputs, &error), LIMEN_INPUT, &error);
  for (size_t i = 0; i < inputs.count; i++) {
    fuzz_expect(strlen(inputs.input[i].sha256) == LIMEN_HASH_SIZE - 1, "`%s` is no hash",
                inputs.input[i].sha256);
    fuzz_expect(limen_inputs_hash(&inputs, inputs.input[i].path) != NULL, "`%s` is not found",
                inputs.input[i].path);
  }
  limen_inputs_clear(&inputs);
  limen_free(text);
}

const struct fuzz_target fuzz_target_inputs = {
    .name = "inputs",
    .about = "the files that a stranger's run was computed from",
    .longest = 512,
    .run = run,
};

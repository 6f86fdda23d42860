#include "fuzz/target.h"
#include "fuzz/texts.h"

extern const struct fuzz_target fuzz_target_sgml;

/* What does not start with < is read as something else. */
static void run(const uint8_t *bytes, size_t size) {
  if (size > 0 && bytes[0] == '<') fuzz_read_passages(bytes, size);
}

const struct fuzz_target fuzz_target_sgml = {
    .name = "sgml",
    .about = "TREC's documents and topics",
    .longest = 1024,
    .run = run,
};

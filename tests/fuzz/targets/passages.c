#include "fuzz/target.h"
#include "fuzz/texts.h"

extern const struct fuzz_target fuzz_target_passages;

const struct fuzz_target fuzz_target_passages = {
    .name = "passages",
    .about = "documents and queries: JSON lines, columns",
    .longest = 1024,
    .run = fuzz_read_passages,
};

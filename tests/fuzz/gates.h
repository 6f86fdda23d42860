/* What the targets of measured numbers share. */
#ifndef LIMEN_FUZZ_GATES_H
#define LIMEN_FUZZ_GATES_H

#include "gate/measured.h"

/* Compares numbers with themselves, as a gate does: whatever they are, nothing became worse. */
void fuzz_compare_with_itself(const struct limen_measured *measured);

#endif

#include "faults/fault.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* Shared with children, so that a process that was killed leaves its counts behind. */
struct counts {
  atomic_size_t passed[FAULT_PLACES];
  atomic_bool struck;
};

static struct counts *counts;
static struct fault current;

void fault_install(void) {
  counts = mmap(NULL, sizeof *counts, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (counts == MAP_FAILED) abort();
  fault_install_memory();
  fault_install_store();
}

void fault_set(const struct fault *fault) {
  current = fault ? *fault : (struct fault){0};
  if (!fault) return;
  for (size_t i = 0; i < FAULT_PLACES; i++) atomic_store(&counts->passed[i], 0);
  atomic_store(&counts->struck, false);
}

struct fault_tally fault_tally(void) {
  struct fault_tally tally = {.struck = atomic_load(&counts->struck)};
  for (size_t i = 0; i < FAULT_PLACES; i++) tally.passed[i] = atomic_load(&counts->passed[i]);
  return tally;
}

bool fault_due(enum fault_place place) {
  if (current.place == FAULT_NOWHERE) return false; /* also before fault_install */
  size_t turn = atomic_fetch_add(&counts->passed[place], 1) + 1;
  if (place != current.place || current.at == 0) return false;
  if (turn != current.at && !(current.lasting && turn > current.at)) return false;
  atomic_store(&counts->struck, true);
  if (current.effect != FAULT_INTERRUPT && current.effect != FAULT_TERMINATE) return true;
  kill(getpid(), current.effect == FAULT_INTERRUPT ? SIGINT : SIGTERM);
  return false;
}

int fault_reason(void) {
  if (current.effect == FAULT_KILL) kill(getpid(), SIGKILL), pause();
  if (current.place == FAULT_MEMORY) return ENOMEM;
  return current.effect == FAULT_FULL ? ENOSPC : EIO;
}

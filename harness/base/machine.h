/* The machine and the libraries in use, for manifests and `limen doctor`. */
#ifndef LIMEN_BASE_MACHINE_H
#define LIMEN_BASE_MACHINE_H

#include <stdbool.h>
#include <stddef.h>

struct limen_machine {
  char cpu[128];        /* model name as the kernel tells it, "unknown" otherwise */
  int cores;            /* usable by this process */
  double memory_bytes;  /* physical */
  char system[128];     /* "Linux 6.1.0 x86_64" */
  char blas[128];       /* OpenBLAS's own description of its build */
  char blas_kernel[64]; /* kernels in use, e.g. "SkylakeX" */
  char blas_forced[64]; /* value of OPENBLAS_CORETYPE, "" when unset */
  bool avx512, avx2;    /* what the processor offers */
};

void limen_machine_read(struct limen_machine *out);

/* Name and version of every library in use ("gsl", "2.7.1"), NULL past the end. */
struct limen_library {
  const char *name, *version;
};
const struct limen_library *limen_machine_library(size_t i);

#endif

/*
 * outfile.h - whole files for people: a reader sees the old one or the new one, never half.
 */
#ifndef LY_RESPONDER_OUTFILE_H
#define LY_RESPONDER_OUTFILE_H

#include "core/base.h"
#include "core/err.h"

/* Make one folder, mode 0700, when it is not there. ERR_RETRY. */
int outfile_folder(const char *path, struct err *e) LY_MUST_USE;
/* path.part, then rename over path. ERR_RETRY. */
int outfile_write(const char *path, struct str bytes, struct err *e) LY_MUST_USE;
/* The same when it is there; what an ended process left of it goes. 1, 0 it is not there,
 * ERR_RETRY. */
int outfile_again(const char *path, struct str bytes, struct err *e) LY_MUST_USE;

#endif

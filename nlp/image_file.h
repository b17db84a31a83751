/*
 * image_file.h - images as files: written once under their hash, mapped, the latest kept.
 *
 * A folder holds <32 hex digits>.image. Every result names the image that it was found with, so
 * with text and image its score can be computed again (`langyan verify`). A file appears under
 * its name whole or not at all, and is never written again. Several processes may share a folder.
 */
#ifndef LY_NLP_IMAGE_FILE_H
#define LY_NLP_IMAGE_FILE_H

#include "nlp/image.h"

#define IMAGES_KEPT 32 /* a change of a list or a watch makes one: 2 to 8 MB each */

/* Map a file and check it, its hash, too. NULL: ERR_REJECT names what is wrong, ERR_USAGE that
 * there is none. image_free() unmaps. */
struct image *image_map(const char *path, struct err *e) LY_MUST_USE;
/* Write it where path says: over what is there, at once. */
int image_write(const struct image *m, const char *path, struct err *e) LY_MUST_USE;

/* Keep m in the folder (made when it is not there), drop all but the IMAGES_KEPT that were last
 * used, and map it: m is freed, what is returned takes its place. On failure m itself, and *e. */
struct image *image_keep(struct image *m, const char *folder, struct err *e) LY_MUST_USE;
/* The image of that hash, or NULL. */
struct image *image_kept(const char *folder, const struct id *id, struct err *e) LY_MUST_USE;

#endif

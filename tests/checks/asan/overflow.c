/* Must be caught: a byte is read behind the end of a block. */
#include <stdio.h>
#include <stdlib.h>

int
main(int argc, char **argv)
{
	char *block = calloc(8, 1);

	(void)argv;
	if (block == NULL)
		return 0;
	printf("%d\n", block[7 + argc]);
	free(block);
	return 0;
}

# How many doubles of a table R reads as others, and how many of these by more than the last bit: columns point,bits,x.

path <- commandArgs(trailingOnly = TRUE)[1]
table <- read.csv(path, colClasses = c("integer", "character", "numeric"))
bytes <- matrix(as.character(writeBin(table$x, raw(), endian = "big")), nrow = 8)
read <- apply(bytes, 2, paste, collapse = "")
different <- read != table$bits
# The lower half of a double as a number; neighbours differ by 1 in it (their upper halves are the same).
low <- function(hex) {
  strtoi(substr(hex, 9, 12), 16) * 65536 + strtoi(substr(hex, 13, 16), 16)
}
far <- different & (substr(read, 1, 8) != substr(table$bits, 1, 8) | abs(low(read) - low(table$bits)) > 1)
cat(nrow(table), sum(different), sum(far), "\n")

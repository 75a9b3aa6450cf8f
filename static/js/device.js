/* Made by scripts/bundle.mjs from static/js/form/: 06c350e2c712aecc143f41dab8f68ce5429d63445270221c0bff7edf6cf4e1c1 */

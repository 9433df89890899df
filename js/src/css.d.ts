/** esbuild gathers imported style sheets into the bundle's CSS file. */
declare module "*.css";

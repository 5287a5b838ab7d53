/** Builds an image with kaniko on Fargate: the parameters and the result are in kanikoBuild.txt. */
Map call(Map parameters = [:]) {
  fargateHelper('build', parameters)
}

/** Deploys an image as an ECS service: the parameters and the result are in fargateDeploy.txt. */
Map call(Map parameters = [:]) {
  fargateHelper('deploy', parameters)
}

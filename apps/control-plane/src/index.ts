export { controlPlane, type ControlPlaneOptions } from './control-plane.js';
